console.log('runner');
